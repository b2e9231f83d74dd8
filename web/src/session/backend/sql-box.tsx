import { useId, useState } from 'react';
import type { SqlResult } from '../../server/types.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Notice } from '../../ui/notice.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { CodeEditor } from '../code/editor/code-editor.tsx';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';

const FIRST = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'";

/** One statement at a time, on the session's own role. It reads, unless its owner says that it may write. */
export const SqlBox = ({ onWritten }: { readonly onWritten: () => void }) => {
  const api = useSessionApi();
  const [statement, setStatement] = useState(FIRST);
  const [mayWrite, setMayWrite] = useState(false);
  const [result, setResult] = useState<SqlResult>();
  const hint = useId();
  const run = useCommand(async () => {
    setResult(undefined);
    setResult(await api.sql(statement, mayWrite ? 'write' : 'read'));
    if (mayWrite) onWritten();
  });
  return (
    <section aria-label="SQL" className="space-y-3">
      <div className="h-40 overflow-hidden rounded-xl border border-line-strong">
        <CodeEditor
          name="statement.sql"
          label="SQL statement"
          value={statement}
          readOnly={false}
          onChange={setStatement}
          onSave={() => void run.run()}
        />
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button
          look="solid"
          disabled={run.busy || statement.trim() === ''}
          aria-busy={run.busy}
          aria-describedby={hint}
          onClick={() => void run.run()}
        >
          Run
        </Button>
        <label className="flex items-center gap-2 text-small text-ink-2">
          <input type="checkbox" checked={mayWrite} onChange={(event) => setMayWrite(event.target.checked)} />
          May change data
        </label>
        <p id={hint} className="text-small text-ink-3">
          Ctrl+Enter or ⌘Enter. One statement, ten seconds at most, the first 200 rows.
          {mayWrite ? ' What changes data is recorded in the history.' : ''}
        </p>
      </div>
      {run.problem === undefined ? null : <Notice>{run.problem}</Notice>}
      {result === undefined ? null : <Result result={result} />}
    </section>
  );
};

const Result = ({ result: { columns, rows, truncated, affected } }: { readonly result: SqlResult }) => (
  <div>
    <p role="status" className="mb-2 text-small text-ink-2 tabular">
      {affected === undefined
        ? `${truncated ? 'The first ' : ''}${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`
        : `Done. ${affected} ${affected === 1 ? 'row' : 'rows'} changed.`}
    </p>
    {columns.length === 0 ? null : (
      <Scroll label="Result" className="max-h-96 rounded-xl border border-line">
        <table className="w-full text-left text-small">
          <thead className="sticky top-0 bg-surface">
            <tr className="border-b border-line">
              {columns.map(({ name, type }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one name
                <th key={index} className="px-3 py-2 align-bottom font-medium whitespace-nowrap">
                  {name}
                  <span className="block font-normal text-ink-3">{type}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {rows.map((row, number) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of an answer have nothing else
              <tr key={number}>
                {row.map((value, index) => (
                  <td
                    // biome-ignore lint/suspicious/noArrayIndexKey: as their columns
                    key={index}
                    title={value ?? undefined}
                    className={cx(
                      'max-w-72 truncate px-3 py-1.5 tabular',
                      value === null && 'text-ink-3 italic',
                    )}
                  >
                    {value ?? 'null'}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    )}
  </div>
);
