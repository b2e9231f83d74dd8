import { type FormEvent, useEffect, useState } from 'react';
import { track } from '../lib/analytics.ts';
import { api } from '../lib/api.ts';
import { Notice } from './Notice.tsx';

type Words = { text: string };

/** A page of words: read it, press Edit, write, save. */
export function WordsPage({ name, title }: { name: string; title: string }) {
  const [text, setText] = useState<string>();
  const [editing, setEditing] = useState(false);
  const [error, setError] = useState<string>();

  useEffect(() => {
    api<Words>('GET', `/pageTexts/${name}`)
      .then((page) => setText(page.text))
      .catch((reason: Error) => setError(reason.message));
  }, [name]);

  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const written = String(new FormData(event.currentTarget).get('text') ?? '');
    try {
      setText((await api<Words>('PUT', `/pageTexts/${name}`, { text: written })).text);
      setEditing(false);
      setError(undefined);
      track('page edited', { page: name });
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : 'That did not work. Try again.');
    }
  };

  return (
    <main className="mx-auto grid grid-cols-1 max-w-2xl gap-5 px-4 pt-8 pb-16 sm:pt-14">
      <header className="flex items-start justify-between gap-3">
        <h1 className="wrap-anywhere text-balance font-semibold text-3xl tracking-tight">{title}</h1>
        {text !== undefined && (
          <button type="button" className="button-quiet" onClick={() => setEditing(!editing)}>
            {editing ? 'Cancel' : 'Edit'}
          </button>
        )}
      </header>
      <Notice message={error} />
      {editing ? (
        <form onSubmit={save} className="grid gap-3">
          <textarea
            className="field"
            name="text"
            aria-label={`Text of ${title}`}
            rows={10}
            maxLength={20_000}
            defaultValue={text}
          />
          <button type="submit" className="button w-fit">
            Save
          </button>
        </form>
      ) : (
        <div className="card wrap-anywhere min-h-40 whitespace-pre-line leading-relaxed">
          {text || <span className="text-muted">Nothing here yet. Press Edit and write something.</span>}
        </div>
      )}
    </main>
  );
}
