/** The starting screen, there until the first app takes its place. */
export function App() {
  return (
    <main className="grid min-h-dvh place-items-center overflow-hidden p-6">
      <div className="grid justify-items-center gap-6 text-center">
        <div className="relative size-20" aria-hidden="true">
          <span className="absolute inset-0 animate-ping rounded-3xl bg-accent/20 [animation-duration:3s] motion-reduce:hidden" />
          <span className="absolute inset-0 rounded-3xl bg-linear-to-br from-accent to-accent/60 shadow-xl shadow-accent/25" />
          <span className="absolute inset-7 rounded-full bg-on-accent" />
        </div>
        <div className="grid gap-2">
          <h1 className="text-2xl font-semibold tracking-tight">Your app appears here</h1>
          <p className="max-w-72 text-balance text-muted">
            Its database, mail and analytics are ready. Say what it should do.
          </p>
        </div>
      </div>
    </main>
  );
}
