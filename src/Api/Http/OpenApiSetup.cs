using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Cafeteria.Accounts;
using Cafeteria.Orders;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Cafeteria.Http;

/// <summary>The contract for machines, at <c>/openapi/v1.json</c>. The web app's types are made from it, so it is exact.</summary>
internal static class OpenApiSetup
{
    public static IServiceCollection AddContract(this IServiceCollection services)
        => services.AddOpenApi("v1", options =>
        {
            options.AddDocumentTransformer(Describe);
            options.AddOperationTransformer(DescribeOperation);
            options.AddSchemaTransformer(DescribeSchema);
        });

    private static Task Describe(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Cafeteria",
            Version = "1",
            Description = "Orders, menu, stock and kitchen of a campus cafeteria. Money is in minor units (45000 BDT is ৳450.00), times are ISO 8601 in UTC, "
                + "errors are problem details with a stable `code`.",
        };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [BearerHandler.Scheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "The accessToken of a sign-in, good for 15 minutes.",
            },
        };
        RequireMembers(document);
        var codes = new JsonObject();
        foreach (var code in ProblemCodes.All)
            codes[code] = ProblemCodes.Title(code);
        document.Extensions = new Dictionary<string, IOpenApiExtension> { ["x-problem-codes"] = new JsonNodeExtension(codes) };
        return Task.CompletedTask;
    }

    /// <summary>References become "this or null" only when the document is put together; a required member is never null.</summary>
    private static void RequireMembers(OpenApiDocument document)
    {
        foreach (var (name, schema) in document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>())
            if (name.EndsWith("Request", StringComparison.Ordinal) && schema is { Required: { } required, Properties: { } members })
                foreach (var member in required)
                    if (members.TryGetValue(member, out var either) && either.OneOf is { Count: 2 } two)
                        members[member] = two.First(one => one.Type is not JsonSchemaType.Null);
    }

    private static Task DescribeOperation(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<IAuthorizeData>().Any())
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerHandler.Scheme, context.Document)] = [] }];

        operation.Parameters ??= [];
        var path = context.Description.RelativePath ?? "";
        if (path.StartsWith("api/v1", StringComparison.Ordinal))
            operation.Parameters.Add(Header(RequestTenant.Header, "The cafeteria, before sign-in; after it, the token decides."));
        if (context.Description.HttpMethod == "POST" && (path.TrimEnd('/') == "api/v1/orders" || path.StartsWith("api/v1/stock/", StringComparison.Ordinal)))
            operation.Parameters.Add(Header(IdempotencyKey.Header, "Makes a retry of this request recognisable. 1 to 200 visible ASCII characters."));
        if (context.Description.HttpMethod == "PUT" && path == "api/v1/menu/items/{id}")
            operation.Parameters.Add(Header(IfMatch.Header, "The version that was seen, in quotes: only that one is replaced, another answers 412."));
        if (metadata.OfType<BearerHandler.TakesTokenInQuery>().Any())
            operation.Parameters.Add(new OpenApiParameter { Name = "access_token", In = ParameterLocation.Query, Description = "The access token, for clients that cannot set headers.", Schema = Text() });
        if (path.EndsWith("{id}/events", StringComparison.Ordinal))
            operation.Parameters.Add(Header("Last-Event-ID", "The last version seen; the stream goes on right after it."));
        return Task.CompletedTask;
    }

    /// <summary>
    /// An answer's members are always there (null where there is nothing to say); of a request's, those marked as required.
    /// </summary>
    private static Task DescribeSchema(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo;
        if (schema.Enum is { Count: > 0 } values)
        {
            schema.Type ??= JsonSchemaType.String;
            if (type.Type == typeof(OrderStatus))
                // A row that says "no order"; nobody is ever shown one.
                schema.Enum = [.. values.Where(value => value?.ToString() != "abandoned")];
            return Task.CompletedTask;
        }

        if (type.Kind is not JsonTypeInfoKind.Object || schema.Properties is null)
            return Task.CompletedTask;

        if (typeof(ProblemDetails).IsAssignableFrom(type.Type))
        {
            schema.Required = new HashSet<string> { "type", "title", "status", "detail", "code", "traceId" };
            schema.Properties["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Stable; what to decide by." };
            schema.Properties["traceId"] = Text();
            schema.Properties["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "What is wrong, by field.",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = Text() },
            };
            return Task.CompletedTask;
        }

        var request = type.Type.Name.EndsWith("Request", StringComparison.Ordinal);
        schema.Required = new HashSet<string>();
        foreach (var property in type.Properties)
        {
            var marked = property.AttributeProvider?.IsDefined(typeof(System.ComponentModel.DataAnnotations.RequiredAttribute), true) is true;
            if (!request || marked)
                schema.Required.Add(property.Name);
            // Nullable only so that a missing one can be told from its default.
            if (!marked || !schema.Properties.TryGetValue(property.Name, out var member) || member is not OpenApiSchema own)
                continue;
            if (own.Type is { } types)
                own.Type = types & ~JsonSchemaType.Null;
        }

        return Task.CompletedTask;
    }

    private static OpenApiParameter Header(string name, string description)
        => new() { Name = name, In = ParameterLocation.Header, Description = description, Schema = Text() };

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };
}
