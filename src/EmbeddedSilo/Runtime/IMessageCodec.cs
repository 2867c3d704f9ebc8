namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>A hook for tests: makes what crosses between grains, or into the storage, a copy of itself.</summary>
internal interface IMessageCodec
{
    object? Copy(object? value, Type type);

    void CopyArguments(GrainCall call)
    {
        foreach (var field in call.GetType().GetFields(
            System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.DeclaredOnly))
        {
            field.SetValue(call, Copy(field.GetValue(call), field.FieldType));
        }
    }

    /// <summary>The result of a call, if it has one.</summary>
    object? CopyResult(object? result, GrainMethod method) =>
        method.Method.ReturnType.IsGenericType ? Copy(result, method.Method.ReturnType.GetGenericArguments()[0]) : result;
}
