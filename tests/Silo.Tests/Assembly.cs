using System.Runtime.Versioning;

// Each of these tests is a whole product under load: side by side on two cores they would measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: SupportedOSPlatform("linux")]
[assembly: SupportedOSPlatform("macos")]
