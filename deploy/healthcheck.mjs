// Asked by Docker inside the container: exits with 0 while the server answers. Plain JavaScript, no dependency.
const { PORT = '3000' } = process.env;

try {
  const answer = await fetch(`http://127.0.0.1:${PORT}/healthz`, { signal: AbortSignal.timeout(2_500) });
  process.exit(answer.ok ? 0 : 1);
} catch {
  process.exit(1);
}
