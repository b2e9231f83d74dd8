import { useState } from 'react';
import type { Variables } from '../../server/types.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import { STEP_NAMES } from '../boot/steps.ts';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';
import { Empty, Panel } from './panel.tsx';
import { ReplaceDialog } from './replace-dialog.tsx';

type Variable = Variables['variables'][number];

/** What stands in `/app/.env`: masked by the server, shown one at a time on request, each to be replaced by one's own. */
export const VariablesPanel = ({ moment }: { readonly moment: string }) => {
  const api = useSessionApi();
  const [round, setRound] = useState(0);
  const variables = useLoaded(api.variables, `${moment}:${round}`);
  const [replacing, setReplacing] = useState<Variable | 'new'>();
  return (
    <Panel title="Variables" loaded={variables}>
      {({ version, variables: list }) => (
        <>
          <div className="mb-2 flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
            <p className="max-w-prose text-small text-ink-2">
              In <code className="font-mono">/app/.env</code>, version {version}. To show a value is recorded
              in the history. Your own values survive every later write.
            </p>
            <Button small onClick={() => setReplacing('new')}>
              Add a variable
            </Button>
          </div>
          {list.length === 0 ? (
            <Empty>Nothing has been written to /app/.env yet.</Empty>
          ) : (
            <ul className="divide-y divide-line rounded-xl border border-line">
              {list.map((variable) => (
                <VariableRow
                  // A value that was shown is of the file as it was.
                  key={`${variable.name}:${variable.masked}`}
                  variable={variable}
                  onReplace={() => setReplacing(variable)}
                  onChanged={() => setRound((before) => before + 1)}
                />
              ))}
            </ul>
          )}
          {replacing === undefined ? null : (
            <ReplaceDialog
              name={replacing === 'new' ? undefined : replacing.name}
              onClose={() => setReplacing(undefined)}
              onReplaced={() => setRound((before) => before + 1)}
            />
          )}
        </>
      )}
    </Panel>
  );
};

const VariableRow = ({
  variable: { name, masked, service, replaced },
  onReplace,
  onChanged,
}: {
  readonly variable: Variable;
  readonly onReplace: () => void;
  readonly onChanged: () => void;
}) => {
  const api = useSessionApi();
  const [value, setValue] = useState<string>();
  const { copied, copy } = useCopy();
  const reveal = useCommand(async () => setValue((await api.reveal(name)).value));
  const putBack = useCommand(async () => {
    await api.replace(name, null);
    onChanged();
  });
  const problem = reveal.problem ?? putBack.problem;
  return (
    <li className="grid gap-x-4 gap-y-1 px-4 py-2 text-small sm:grid-cols-[minmax(0,13rem)_minmax(0,1fr)_auto] sm:items-center">
      <div className="min-w-0">
        <p className="font-mono text-[0.75rem] wrap-anywhere">{name}</p>
        <p className="text-ink-3">{service === 'yours' ? 'yours' : STEP_NAMES[service].toLowerCase()}</p>
      </div>
      <p className="font-mono text-[0.75rem] wrap-anywhere text-ink-2">{value ?? masked}</p>
      <div className="-ml-2.5 flex flex-wrap gap-0.5 sm:ml-0 sm:justify-end">
        {value === undefined ? (
          <Button
            small
            look="quiet"
            aria-label={`Show ${name}`}
            disabled={reveal.busy}
            aria-busy={reveal.busy}
            onClick={() => void reveal.run()}
          >
            Show
          </Button>
        ) : (
          <>
            <Button small look="quiet" aria-label={`Copy ${name}`} onClick={() => copy(value)}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
            <Button small look="quiet" aria-label={`Hide ${name}`} onClick={() => setValue(undefined)}>
              Hide
            </Button>
          </>
        )}
        <Button small look="quiet" aria-label={`Replace ${name}`} onClick={onReplace}>
          Replace
        </Button>
        {replaced ? (
          <Button
            small
            look="quiet"
            aria-label={`Put back ${name}`}
            disabled={putBack.busy}
            aria-busy={putBack.busy}
            onClick={() => void putBack.run()}
          >
            Put back
          </Button>
        ) : null}
      </div>
      {problem === undefined ? null : <Notice className="sm:col-span-3">{problem}</Notice>}
    </li>
  );
};
