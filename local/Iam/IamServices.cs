using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam.Requests;

namespace ServerlessGdpr.Local.Iam;

internal static class IamServices
{
    public static IServiceCollection AddIam(this IServiceCollection services) => services
        .AddSingleton<IamStore>()
        .AddSingleton<IResourceProvider, IamProvider>()
        .AddSingleton<Authorizer>()
        .AddSingleton<IAccessControl, RequestAuthorization>()
        .AddSingleton<EncryptionKeys>()
        .AddSingleton<IRequestAccess, BackupAccess>()
        .AddSingleton<IRequestAccess, DynamoDbAccess>()
        .AddSingleton<IRequestAccess, EventBridgeAccess>()
        .AddSingleton<IRequestAccess, KmsAccess>()
        .AddSingleton<IRequestAccess, RdsAccess>()
        .AddSingleton<IRequestAccess, S3Access>()
        .AddSingleton<IRequestAccess, SqsAccess>()
        .AddSingleton<IRequestAccess, StepFunctionsAccess>();
}
