using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>
/// Emits, once per grain interface, the reference type that implements it and one call type per method, with the arguments in
/// typed fields: calling a grain takes neither reflection nor boxing.
/// </summary>
internal static class ProxyFactory
{
    public const string AssemblyName = "Cafeteria.EmbeddedSilo.Proxies";

    private static readonly ConcurrentDictionary<Type, Lazy<Factory>> Factories = new();
    private static readonly ConcurrentDictionary<Assembly, ModuleBuilder> Modules = new();
    private static readonly Lock Emitting = new();
    private static int _count;

    public delegate GrainReference Factory(SiloRuntime runtime, GrainClass? grainClass, ObserverTarget? observer, string key);

    public static Factory For(Type interfaceType) =>
        Factories.GetOrAdd(interfaceType, static type => new Lazy<Factory>(() => EmitUnderLock(type))).Value;

    private static Factory EmitUnderLock(Type interfaceType)
    {
        lock (Emitting)
        {
            return Emit(interfaceType);
        }
    }

    private static Factory Emit(Type interfaceType)
    {
        if (!interfaceType.IsInterface)
        {
            throw new ArgumentException($"{interfaceType} is not a grain interface.", nameof(interfaceType));
        }

        var module = Modules.GetOrAdd(interfaceType.Assembly, NewModule);
        Type[] constructorParameters = [typeof(SiloRuntime), typeof(GrainClass), typeof(ObserverTarget), typeof(string)];
        var type = module.DefineType(
            $"Proxy{_count++}_{interfaceType.Name}", TypeAttributes.Class | TypeAttributes.Sealed, typeof(GrainReference), [interfaceType]);
        var constructor = EmitConstructor(type, constructorParameters);
        EmitFactory(type, constructor, constructorParameters);
        var calls = new List<(TypeBuilder Call, MethodInfo Method)>();
        foreach (var method in interfaceType.GetInterfaces().Prepend(interfaceType).SelectMany(part => part.GetMethods()))
        {
            calls.Add((EmitMethod(module, type, interfaceType, method), method));
        }

        foreach (var (call, method) in calls)
        {
            call.CreateType().GetField("Descriptor")!.SetValue(null, new GrainMethod(method));
        }

        return type.CreateType().GetMethod("Create")!.CreateDelegate<Factory>();
    }

    private static ConstructorBuilder EmitConstructor(TypeBuilder type, Type[] parameters)
    {
        var constructor = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, parameters);
        var il = constructor.GetILGenerator();
        for (var argument = 0; argument <= parameters.Length; argument++)
        {
            il.Emit(OpCodes.Ldarg, argument);
        }

        il.Emit(OpCodes.Call, typeof(GrainReference).GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, parameters)!);
        il.Emit(OpCodes.Ret);
        return constructor;
    }

    private static void EmitFactory(TypeBuilder type, ConstructorBuilder constructor, Type[] parameters)
    {
        var il = type.DefineMethod("Create", MethodAttributes.Public | MethodAttributes.Static, typeof(GrainReference), parameters)
            .GetILGenerator();
        for (var argument = 0; argument < parameters.Length; argument++)
        {
            il.Emit(OpCodes.Ldarg, argument);
        }

        il.Emit(OpCodes.Newobj, constructor);
        il.Emit(OpCodes.Ret);
    }

    private static TypeBuilder EmitMethod(ModuleBuilder module, TypeBuilder proxy, Type interfaceType, MethodInfo method)
    {
        if (method.IsGenericMethodDefinition || method.GetParameters().Any(parameter => parameter.ParameterType.IsByRef))
        {
            throw new NotSupportedException($"{interfaceType}.{method.Name}: generic methods and by-reference parameters cannot be grain calls.");
        }

        var (baseType, send) = Shape(interfaceType, method);
        var call = module.DefineType($"Call{_count++}_{method.Name}", TypeAttributes.Class | TypeAttributes.Sealed, baseType);
        var callConstructor = call.DefineDefaultConstructor(MethodAttributes.Public);
        var descriptor = call.DefineField("Descriptor", typeof(GrainMethod), FieldAttributes.Public | FieldAttributes.Static);
        var fields = method.GetParameters()
            .Select(parameter => call.DefineField(parameter.Name ?? $"argument{parameter.Position}", parameter.ParameterType, FieldAttributes.Public))
            .ToArray();

        var il = Override(call, baseType, "get_Method");
        il.Emit(OpCodes.Ldsfld, descriptor);
        il.Emit(OpCodes.Ret);

        if (fields.FirstOrDefault(field => field.FieldType == typeof(CancellationToken)) is { } cancellation)
        {
            il = Override(call, baseType, "get_CancellationToken");
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, cancellation);
            il.Emit(OpCodes.Ret);
        }

        il = Override(call, baseType, nameof(GrainCall.Invoke));
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Castclass, method.DeclaringType!);
        foreach (var field in fields)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, field);
        }

        il.Emit(OpCodes.Callvirt, method);
        EmitAsTask(il, method.ReturnType);
        il.Emit(OpCodes.Ret);

        var implementation = proxy.DefineMethod(
            $"{method.DeclaringType!.FullName}.{method.Name}",
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig | MethodAttributes.NewSlot,
            method.ReturnType,
            [.. method.GetParameters().Select(parameter => parameter.ParameterType)]);
        il = implementation.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Newobj, callConstructor);
        for (var argument = 0; argument < fields.Length; argument++)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldarg, argument + 1);
            il.Emit(OpCodes.Stfld, fields[argument]);
        }

        il.Emit(OpCodes.Call, send);
        il.Emit(OpCodes.Ret);
        proxy.DefineMethodOverride(implementation, method);
        return call;
    }

    private static (Type Call, MethodInfo Send) Shape(Type interfaceType, MethodInfo method)
    {
        var returned = method.ReturnType;
        var definition = returned.IsGenericType ? returned.GetGenericTypeDefinition() : null;
        var (call, send) =
            returned == typeof(Task) ? (typeof(MethodCall), nameof(GrainReference.Send))
            : returned == typeof(ValueTask) ? (typeof(MethodCall), nameof(GrainReference.SendValue))
            : returned == typeof(void) ? (typeof(MethodCall), nameof(GrainReference.Post))
            : definition == typeof(Task<>) ? (typeof(MethodCall<>), nameof(GrainReference.SendFor))
            : definition == typeof(ValueTask<>) ? (typeof(MethodCall<>), nameof(GrainReference.SendValueFor))
            : throw new NotSupportedException($"{interfaceType}.{method.Name} returns {returned}: a grain method returns a task or nothing.");
        var sending = typeof(GrainReference).GetMethod(send)!;
        return definition is null
            ? (call, sending)
            : (call.MakeGenericType(returned.GetGenericArguments()), sending.MakeGenericMethod(returned.GetGenericArguments()));
    }

    private static void EmitAsTask(ILGenerator il, Type returned)
    {
        if (returned == typeof(void))
        {
            il.Emit(OpCodes.Call, typeof(Task).GetProperty(nameof(Task.CompletedTask))!.GetMethod!);
        }
        else if (returned.IsValueType)
        {
            var local = il.DeclareLocal(returned);
            il.Emit(OpCodes.Stloc, local);
            il.Emit(OpCodes.Ldloca, local);
            il.Emit(OpCodes.Call, returned.GetMethod(nameof(ValueTask.AsTask))!);
        }
    }

    private static ILGenerator Override(TypeBuilder type, Type baseType, string name)
    {
        var overridden = baseType.GetMethod(name)!;
        return type.DefineMethod(
            name,
            MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig | MethodAttributes.Final,
            overridden.ReturnType,
            [.. overridden.GetParameters().Select(parameter => parameter.ParameterType)]).GetILGenerator();
    }

    private static ModuleBuilder NewModule(Assembly interfaces)
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName(AssemblyName), AssemblyBuilderAccess.Run);

        // Grain interfaces and messages may be internal to their assembly.
        var attribute = typeof(IgnoresAccessChecksToAttribute).GetConstructor([typeof(string)])!;
        var named = interfaces.GetReferencedAssemblies().Append(interfaces.GetName()).Select(name => name.Name!)
            .Where(name => !name.StartsWith("System", StringComparison.Ordinal))
            .Append(typeof(ProxyFactory).Assembly.GetName().Name!)
            .Distinct();
        foreach (var name in named)
        {
            assembly.SetCustomAttribute(new CustomAttributeBuilder(attribute, [name]));
        }

        return assembly.DefineDynamicModule(AssemblyName);
    }
}
