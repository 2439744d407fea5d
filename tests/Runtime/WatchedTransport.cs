using System.Net;

namespace ServerlessGdpr.Tests.Runtime;

/// <summary>Plain HTTP, which says when the reader of an answer's body has had a piece of it and waits for more.</summary>
internal sealed class WatchedTransport(TaskCompletionSource midway) : DelegatingHandler(new SocketsHttpHandler())
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        answer.Content = new WatchedContent(answer.Content, midway);
        return answer;
    }

    private sealed class WatchedContent : HttpContent
    {
        private readonly HttpContent content;
        private readonly TaskCompletionSource midway;

        public WatchedContent(HttpContent content, TaskCompletionSource midway)
        {
            (this.content, this.midway) = (content, midway);
            foreach (var (name, values) in content.Headers) Headers.TryAddWithoutValidation(name, values);
        }

        protected override async Task<Stream> CreateContentReadStreamAsync() => new WatchedStream(await content.ReadAsStreamAsync(), midway);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await using var body = new WatchedStream(await content.ReadAsStreamAsync(cancellationToken), midway);
            await body.CopyToAsync(stream, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = content.Headers.ContentLength ?? 0;
            return content.Headers.ContentLength is not null;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) content.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class WatchedStream(Stream body, TaskCompletionSource midway) : Stream
    {
        private bool hadSome;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            Watch();
            return body.Read(buffer);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Watch();
            return body.ReadAsync(buffer, cancellationToken);
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) body.Dispose();
            base.Dispose(disposing);
        }

        /// <summary>All of the first piece fits into the readers' buffers, so that the second reading waits for more.</summary>
        private void Watch()
        {
            if (hadSome) midway.TrySetResult();
            hadSome = true;
        }
    }
}
