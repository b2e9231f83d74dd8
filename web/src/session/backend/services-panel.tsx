import type { SessionView } from '../../../../projections/views.ts';
import { ServiceCard } from './service-card.tsx';
import { VariablesPanel } from './variables-panel.tsx';

/** The services of this session, and the variables they contribute. */
export const ServicesPanel = ({ view, moment }: { readonly view: SessionView; readonly moment: string }) => (
  <>
    <section aria-label="Services">
      <h2 className="mb-2 text-lg font-semibold tracking-tight">Services</h2>
      <ul className="divide-y divide-line rounded-xl border border-line">
        {view.services.map((service) => (
          <ServiceCard
            key={service.service}
            service={service}
            step={view.checklist.find(({ step }) => step === service.service)}
          />
        ))}
      </ul>
    </section>
    <VariablesPanel moment={moment} />
  </>
);
