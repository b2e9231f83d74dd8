import { track } from '../../../../src/lib/analytics.ts';

/** `startAnalytics()` in src/main.tsx has begun already; page views come by themselves. */
export function PlanButton({ plan, onChoose }: { plan: string; onChoose: (plan: string) => void }) {
  const choose = () => {
    track('plan chosen', { plan });
    onChoose(plan);
  };
  return (
    <button type="button" className="button" onClick={choose}>
      Choose {plan}
    </button>
  );
}
