using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Scheduler;

/// <summary>AWS::Scheduler::Schedule.</summary>
internal sealed class SchedulerProvider(Schedules schedules) : IResourceProvider
{
    public IReadOnlyCollection<string> ResourceTypes => ["AWS::Scheduler::Schedule"];

    public Task<CreatedResource> CreateAsync(ResourceDefinition resource, CancellationToken cancellation)
    {
        var properties = PropertyReader.Of(resource);
        var schedule = Schedule.Read(properties, resource.Properties, properties.GetString("Name") ?? resource.PhysicalName);
        properties.RefuseOthers();
        schedules.Create(schedule);
        return Task.FromResult(CreatedResource.Of(schedule.Name, schedule.Arn));
    }
}
