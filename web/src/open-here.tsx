import { useId, useState } from 'react';
import { joinPathOf } from './join-link.ts';
import { navigate } from './routing/router.ts';
import { Button } from './ui/button.tsx';

/** For an app that is open in another browser and not in this one: the way in is a link that that one gives. */
export const OpenHere = () => {
  const [text, setText] = useState('');
  const [isWrong, setWrong] = useState(false);
  const problem = useId();
  return (
    <form
      className="mt-6 w-full max-w-lg"
      onSubmit={(event) => {
        event.preventDefault();
        const path = joinPathOf(text, location.origin);
        if (path === undefined) setWrong(true);
        else navigate(path);
      }}
    >
      <label className="block text-small text-ink-2">
        One-time link from the browser that has the app
        <span className="mt-1 flex gap-2">
          <input
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setWrong(false);
            }}
            autoComplete="off"
            spellCheck={false}
            placeholder={`${location.origin}/join/…`}
            aria-invalid={isWrong}
            aria-describedby={isWrong ? problem : undefined}
            className="h-10 min-w-0 flex-1 rounded-lg border border-control bg-surface px-3 text-ink"
          />
          <Button type="submit" look="solid" disabled={text.trim() === ''} className="h-10">
            Open here
          </Button>
        </span>
      </label>
      {isWrong ? (
        <p id={problem} role="alert" className="mt-2 text-small text-bad">
          This is no one-time link of this server. Choose “Open on another device” there, and copy the link.
        </p>
      ) : null}
    </form>
  );
};
