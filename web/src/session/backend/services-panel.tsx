import type { ServiceView, SessionView } from '../../../../projections/views.ts';
import { StatusDot, type Tone } from '../../ui/status-dot.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import { STEP_NAMES } from '../boot/steps.ts';
import { useSessionApi } from '../session-api.ts';
import { Empty, Panel } from './panel.tsx';

const STATES: Readonly<Record<ServiceView['status'], readonly [Tone, string]>> = {
  waiting: ['off', 'waiting'],
  running: ['wait', 'being set up'],
  done: ['alive', 'ready'],
  failed: ['bad', 'failed, trying again'],
  parked: ['bad', 'failed'],
  skipped: ['off', 'not configured'],
};

/** Facts of embedded services lead to a door that needs a credential, not to a page. */
const isWebAddress = (value: string): boolean => value.startsWith('https://');

/** `audienceId` as `audience id`. */
const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const Service = ({ service }: { readonly service: ServiceView }) => {
  const [tone, word] = STATES[service.status];
  const facts = Object.entries(service.facts);
  return (
    <li className="grid gap-x-4 gap-y-1 px-4 py-3 sm:grid-cols-[9rem_1fr]">
      <div>
        <h3 className="font-medium">{STEP_NAMES[service.service]}</h3>
        <p className="flex items-center gap-2 text-small text-ink-2">
          <StatusDot tone={tone} />
          {word}
        </p>
      </div>
      <dl className="grid grid-cols-[auto_1fr] content-start gap-x-4 text-small">
        {service.provider === undefined ? null : (
          <>
            <dt className="text-ink-3">provider</dt>
            <dd>{service.provider}</dd>
          </>
        )}
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-3">{words(name)}</dt>
            <dd className="wrap-anywhere">
              {isWebAddress(value) ? (
                <a
                  href={value}
                  target="_blank"
                  rel="noreferrer noopener"
                  className="text-alive underline underline-offset-2"
                >
                  {value}
                </a>
              ) : (
                value
              )}
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
};

/** The services of this session and the variables they contribute; values are masked by the server. */
export const ServicesPanel = ({ view, moment }: { readonly view: SessionView; readonly moment: string }) => {
  const api = useSessionApi();
  const variables = useLoaded(api.variables, moment);
  return (
    <>
      <section aria-label="Services">
        <h2 className="mb-2 text-lg font-semibold tracking-tight">Services</h2>
        <ul className="divide-y divide-line rounded-xl border border-line">
          {view.services.map((service) => (
            <Service key={service.service} service={service} />
          ))}
        </ul>
      </section>
      <Panel title="Variables" loaded={variables}>
        {({ version, variables: list }) =>
          list.length === 0 ? (
            <Empty>Nothing has been written to /app/.env yet.</Empty>
          ) : (
            <>
              <p className="mb-2 text-small text-ink-2">
                In <code className="font-mono">/app/.env</code>, version {version}. Masked here; the app reads
                the values from the file.
              </p>
              <div className="overflow-x-auto rounded-xl border border-line">
                <table className="w-full text-left text-small">
                  <thead className="text-ink-3">
                    <tr className="border-b border-line">
                      <th className="px-4 py-2 font-medium">Name</th>
                      <th className="px-4 py-2 font-medium">Value</th>
                      <th className="px-4 py-2 font-medium">From</th>
                    </tr>
                  </thead>
                  <tbody className="divide-y divide-line">
                    {list.map(({ name, masked, service }) => (
                      <tr key={name}>
                        <td className="px-4 py-1.5 font-mono text-[0.75rem]">{name}</td>
                        <td className="px-4 py-1.5 font-mono text-[0.75rem] text-ink-2">{masked}</td>
                        <td className="px-4 py-1.5 text-ink-2">
                          {service === 'yours' ? 'you' : STEP_NAMES[service].toLowerCase()}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </>
          )
        }
      </Panel>
    </>
  );
};
