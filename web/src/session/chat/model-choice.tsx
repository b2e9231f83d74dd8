import type { SessionView } from '../../../../projections/views.ts';
import { Select } from '../../ui/select.tsx';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';

/** Which model the next turn uses; nothing where the agent offers no choice. */
export const ModelChoice = ({ view }: { readonly view: SessionView }) => {
  const api = useSessionApi();
  const choose = useCommand(api.chooseModel);
  if (view.models.length < 2) return null;
  const isOffered = view.models.some(({ id }) => id === view.model);
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Select label="Model" value={isOffered ? view.model : ''} onValue={(model) => void choose.run(model)}>
        {isOffered ? null : <option value="">{view.model}</option>}
        {view.models.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Select>
      {choose.problem === undefined ? null : (
        <span role="alert" className="truncate text-small text-bad" title={choose.problem}>
          {choose.problem}
        </span>
      )}
    </span>
  );
};
