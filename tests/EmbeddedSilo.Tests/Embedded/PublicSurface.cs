using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Cafeteria.Tests;

/// <summary>
/// What an assembly shows to others, read from its metadata alone: each visible type with its kind and base, its interfaces and
/// its visible members, one line each.
/// </summary>
internal static class PublicSurface
{
    public static SortedDictionary<string, SortedSet<string>> Read(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        var types = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var type in metadata.TypeDefinitions.Select(metadata.GetTypeDefinition).Where(type => IsVisible(metadata, type)))
        {
            var names = new TypeNames(metadata);
            types.Add(names.Of(type), [.. Lines(metadata, type, names)]);
        }

        return types;
    }

    private static IEnumerable<string> Lines(MetadataReader metadata, TypeDefinition type, TypeNames names)
    {
        var kind = type.Attributes & (TypeAttributes.Interface | TypeAttributes.Abstract | TypeAttributes.Sealed);
        yield return $"kind {kind} : {(type.BaseType.IsNil ? "nothing" : names.Of(type.BaseType))}";
        foreach (var implemented in type.GetInterfaceImplementations().Select(metadata.GetInterfaceImplementation))
        {
            yield return $"interface {names.Of(implemented.Interface)}";
        }

        foreach (var field in type.GetFields().Select(metadata.GetFieldDefinition))
        {
            var access = field.Attributes & FieldAttributes.FieldAccessMask;
            if (access is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem)
            {
                var name = metadata.GetString(field.Name);
                yield return $"field {field.Attributes & (FieldAttributes.Static | FieldAttributes.Literal)} {field.DecodeSignature(names, null)} {name}";
            }
        }

        foreach (var method in type.GetMethods().Select(metadata.GetMethodDefinition))
        {
            var access = method.Attributes & MethodAttributes.MemberAccessMask;
            if (access is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem)
            {
                yield return Line(metadata, method, names);
            }
        }
    }

    private static string Line(MetadataReader metadata, MethodDefinition method, TypeNames names)
    {
        var signature = method.DecodeSignature(names, null);
        var parameters = method.GetParameters().Select(metadata.GetParameter).Where(parameter => parameter.SequenceNumber > 0)
            .OrderBy(parameter => parameter.SequenceNumber)
            .Select(parameter =>
                $"{signature.ParameterTypes[parameter.SequenceNumber - 1]} {metadata.GetString(parameter.Name)}"
                + ((parameter.Attributes & ParameterAttributes.Optional) != 0 ? " optional" : ""));
        var how = (method.Attributes & MethodAttributes.Static) != 0 ? "static "
            : (method.Attributes & MethodAttributes.MemberAccessMask) != MethodAttributes.Public ? "protected "
            : "";
        return $"{how}{signature.ReturnType} {metadata.GetString(method.Name)}"
            + $"{(signature.GenericParameterCount > 0 ? $"<{signature.GenericParameterCount}>" : "")}({string.Join(", ", parameters)})";
    }

    private static bool IsVisible(MetadataReader metadata, TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public => true,
        TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem =>
            IsVisible(metadata, metadata.GetTypeDefinition(type.GetDeclaringType())),
        _ => false,
    };

    // Types by their full names: in which assembly they live is no part of the comparison.
    private sealed class TypeNames(MetadataReader metadata) : ISignatureTypeProvider<string, object?>
    {
        public string Of(TypeDefinition type)
        {
            var name = metadata.GetString(type.Name);
            return type.IsNested ? $"{Of(metadata.GetTypeDefinition(type.GetDeclaringType()))}+{name}" : Full(metadata.GetString(type.Namespace), name);
        }

        public string Of(EntityHandle handle) => handle.Kind switch
        {
            HandleKind.TypeDefinition => GetTypeFromDefinition(metadata, (TypeDefinitionHandle)handle, 0),
            HandleKind.TypeReference => GetTypeFromReference(metadata, (TypeReferenceHandle)handle, 0),
            _ => metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null),
        };

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Of(reader.GetTypeDefinition(handle));

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
        {
            var type = reader.GetTypeReference(handle);
            var name = reader.GetString(type.Name);
            return type.ResolutionScope.Kind == HandleKind.TypeReference
                ? $"{GetTypeFromReference(reader, (TypeReferenceHandle)type.ResolutionScope, 0)}+{name}"
                : Full(reader.GetString(type.Namespace), name);
        }

        public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) =>
            $"{genericType}<{string.Join(", ", typeArguments)}>";

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetSZArrayType(string elementType) => $"{elementType}[]";

        public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{shape.Rank}]";

        public string GetByReferenceType(string elementType) => $"{elementType}&";

        public string GetPointerType(string elementType) => $"{elementType}*";

        public string GetPinnedType(string elementType) => elementType;

        public string GetFunctionPointerType(MethodSignature<string> signature) => "function";

        public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";

        public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) =>
            isRequired ? $"{unmodifiedType} with {modifier}" : unmodifiedType;

        private static string Full(string space, string name) => space.Length == 0 ? name : $"{space}.{name}";
    }
}
