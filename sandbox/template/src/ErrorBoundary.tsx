import { Component, type ReactNode } from 'react';

type Props = { children: ReactNode };
type State = { error: Error | undefined };

/** Shows a way on instead of a blank page when a component throws. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override componentDidCatch(error: Error) {
    // React keeps a caught error from the window; whoever listens for page errors should still hear of it.
    reportError(error);
  }

  override render() {
    if (!this.state.error) return this.props.children;
    return (
      <main className="grid min-h-dvh place-content-center gap-4 p-6 text-center">
        <h1 className="text-xl font-semibold">Something broke on this page</h1>
        <p className="max-w-prose text-muted">{this.state.error.message}</p>
        <button type="button" className="button mx-auto" onClick={() => location.reload()}>
          Reload
        </button>
      </main>
    );
  }
}
