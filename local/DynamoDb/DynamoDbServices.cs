using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.DynamoDb.Backups;
using ServerlessGdpr.Local.DynamoDb.Backups.Journal;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam;

namespace ServerlessGdpr.Local.DynamoDb;

internal static class DynamoDbServices
{
    public static IServiceCollection AddDynamoDb(this IServiceCollection services) => services
        .AddSingleton<DynamoDbLocalClient>()
        .AddSingleton<DynamoDbForwarder>()
        .AddSingleton<TableLife>()
        .AddSingleton<DynamoDbService>()
        .AddSingleton<IAwsService>(provider => provider.GetRequiredService<DynamoDbService>())
        .AddSingleton<IResourceProvider, DynamoDbResources>()
        .AddSingleton(new BackupTimings())
        .AddSingleton<TableRecords>()
        .AddSingleton<IResourcePolicies>(provider => provider.GetRequiredService<TableRecords>())
        .AddSingleton<TableItems>()
        .AddSingleton<WriteTurns>()
        .AddSingleton<BackupStore>()
        .AddSingleton<BackupOperations>()
        .AddSingleton<ContinuousBackups>()
        .AddSingleton<TableRestores>()
        .AddSingleton<RestoreOperations>()
        .AddSingleton<TableAttachments>()
        .AddSingleton<TableOperations>();
}
