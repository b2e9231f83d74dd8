/** What a preview has to say when there is no app to show. */
export type PreviewState =
  | 'unwritten'
  | 'booting'
  | 'starting'
  | 'crashed'
  | 'asleep'
  | 'waking'
  | 'lost'
  | 'gone'
  | 'closed'
  | 'unread'
  | 'unknown';

export type Explanation = {
  readonly status: 404 | 410 | 503;
  readonly title: string;
  readonly text: string;
  /** Whether it will be there soon, so that waiting makes sense. */
  readonly waits: boolean;
};

export const EXPLANATIONS: Readonly<Record<PreviewState, Explanation>> = {
  unwritten: {
    status: 503,
    title: 'Nothing is written yet',
    text: 'The page appears here while it is being written.',
    waits: true,
  },
  booting: {
    status: 503,
    title: 'Setting up',
    text: 'The sandbox and its backend are being made. The app appears here by itself.',
    waits: true,
  },
  starting: {
    status: 503,
    title: 'Starting the app',
    text: 'The development server is on its way up. The app appears here by itself.',
    waits: true,
  },
  crashed: {
    status: 503,
    title: 'The app does not answer',
    text: 'Its development server has not answered for a while, perhaps over an error in the code. Ask for a fix in the chat; as soon as it answers, the app appears here.',
    waits: true,
  },
  asleep: {
    status: 503,
    title: 'Waking up',
    text: 'The app was asleep because nobody used it. It is being woken, with everything it knew.',
    waits: true,
  },
  waking: {
    status: 503,
    title: 'Waking up',
    text: 'The app is being woken, with everything it knew. It appears here by itself.',
    waits: true,
  },
  lost: {
    status: 503,
    title: 'Rebuilding',
    text: 'The sandbox was lost and is being rebuilt from the last commit. The database was not in it and is as it was.',
    waits: true,
  },
  gone: {
    status: 410,
    title: 'This app was deleted',
    text: 'Its session was closed and everything it owned released.',
    waits: false,
  },
  closed: {
    status: 410,
    title: 'This version is not shown any more',
    text: 'Nobody had used it for a while, or its sandbox went to sleep. Open it again from the history of the app.',
    waits: false,
  },
  unread: {
    status: 503,
    title: 'One moment',
    text: 'This server is looking up what it knows of the app. Nothing is lost; the app appears here by itself.',
    waits: true,
  },
  unknown: {
    status: 404,
    title: 'There is no app at this address',
    text: 'Check the address, or start a new app.',
    waits: false,
  },
};

/** A dev server that has not answered for this long is no longer starting. */
const CRASHED_AFTER_MS = 20_000;
/** Slugs remembered; each costs one number. */
const MOST = 10_000;

export type Silences = {
  /** The app did not answer: `starting` for a while, then `crashed`. */
  readonly silent: (slug: string) => 'starting' | 'crashed';
  readonly answered: (slug: string) => void;
};

/** Since when which app has been silent. */
export const createSilences = (now = (): number => Date.now()): Silences => {
  const since = new Map<string, number>();
  return {
    silent: (slug) => {
      const start = since.get(slug) ?? now();
      since.set(slug, start);
      const oldest = since.size > MOST ? since.keys().next().value : undefined;
      if (oldest !== undefined) since.delete(oldest);
      return now() - start > CRASHED_AFTER_MS ? 'crashed' : 'starting';
    },
    answered: (slug) => void since.delete(slug),
  };
};
