using System.Text.Json;
using System.Text.Json.Serialization;
using Cafeteria.Accounts;
using Cafeteria.Audit;
using Cafeteria.Kitchen;
using Cafeteria.Menu;
using Cafeteria.Operations;
using Cafeteria.Orders;
using Cafeteria.Reports;
using Cafeteria.Stock;
using Cafeteria.Tracking;

namespace Cafeteria.Http;

/// <summary>Everything that is read or written as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(RegisterRequest))]
[JsonSerializable(typeof(LoginRequest))]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(UserEnvelope))]
[JsonSerializable(typeof(TokenResponse))]
[JsonSerializable(typeof(Page<StaffResponse>))]
[JsonSerializable(typeof(StaffResponse))]
[JsonSerializable(typeof(StaffPasswordResponse))]
[JsonSerializable(typeof(NewStaffRequest))]
[JsonSerializable(typeof(StaffRequest))]
[JsonSerializable(typeof(PasswordRequest))]
[JsonSerializable(typeof(SalesResponse))]
[JsonSerializable(typeof(MenuResponse))]
[JsonSerializable(typeof(MenuItemResponse))]
[JsonSerializable(typeof(MenuItemRequest))]
[JsonSerializable(typeof(Page<PriceResponse>))]
[JsonSerializable(typeof(Page<AuditResponse>))]
[JsonSerializable(typeof(Page<StockResponse>))]
[JsonSerializable(typeof(StockResponse))]
[JsonSerializable(typeof(ReceiveRequest))]
[JsonSerializable(typeof(WriteOffRequest))]
[JsonSerializable(typeof(CountRequest))]
[JsonSerializable(typeof(CountResponse))]
[JsonSerializable(typeof(ReorderLevelRequest))]
[JsonSerializable(typeof(Page<MovementResponse>))]
[JsonSerializable(typeof(PlaceOrderRequest))]
[JsonSerializable(typeof(CancelRequest))]
[JsonSerializable(typeof(OrderResponse))]
[JsonSerializable(typeof(OrderDetails))]
[JsonSerializable(typeof(Page<OrderResponse>))]
[JsonSerializable(typeof(ShortageResponse[]))]
[JsonSerializable(typeof(Page<StationResponse>))]
[JsonSerializable(typeof(StationResponse))]
[JsonSerializable(typeof(StationRequest))]
[JsonSerializable(typeof(Page<TicketResponse>))]
[JsonSerializable(typeof(TicketResponse))]
[JsonSerializable(typeof(TicketsSnapshot))]
[JsonSerializable(typeof(TicketRemoved))]
[JsonSerializable(typeof(Page<KitchenItemResponse>))]
[JsonSerializable(typeof(KitchenItemResponse))]
[JsonSerializable(typeof(BoardResponse))]
[JsonSerializable(typeof(OrderEvent))]
[JsonSerializable(typeof(QueueEvent))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(NowSnapshot))]
[JsonSerializable(typeof(ChaosRequest))]
[JsonSerializable(typeof(ChaosResponse))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(int))]
internal sealed partial class ApiJson : JsonSerializerContext;
