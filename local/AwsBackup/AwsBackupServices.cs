using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.AwsBackup;

internal static class AwsBackupServices
{
    public static IServiceCollection AddAwsBackup(this IServiceCollection services) => services
        .AddSingleton<Vaults>()
        .AddSingleton<Jobs>()
        .AddSingleton<IBackupKind, TableKind>()
        .AddSingleton<IBackupKind, BucketKind>()
        .AddSingleton<IAwsService, BackupService>();
}
