using System.Text;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Sqs;

/// <summary>A receipt handle belongs to one receive of one message in one queue.</summary>
internal static class ReceiptHandles
{
    public static string New(string queue, StoredMessage message) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{queue} {message.Id} {message.ReceiveCount} {Guid.NewGuid():N}"));

    /// <summary>Whether the handle was ever given out by this queue, even if it is no longer of use.</summary>
    public static bool IsOf(string receiptHandle, string queue)
    {
        var bytes = new byte[receiptHandle.Length];
        return Convert.TryFromBase64String(receiptHandle, bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(' ') is [var name, _, _, _] && name == queue;
    }

    public static AwsError Invalid(string receiptHandle) => new("ReceiptHandleIsInvalid", $"The input receipt handle \"{receiptHandle}\" is not valid.", 404);
}
