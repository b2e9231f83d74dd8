export type Suggestion = { readonly label: string; readonly prompt: string; readonly offline: boolean };

/** Each of these needs a backend. `offline` marks what the rule-based agent can build without any model. */
const SUGGESTIONS: readonly Suggestion[] = [
  {
    label: 'Habit tracker',
    prompt:
      'Build me a habit tracker. The streaks should survive a page refresh, even if I close the browser.',
    offline: true,
  },
  {
    label: 'Waitlist that mails me',
    prompt: 'Build a waitlist page for my product that stores each signup and mails me about every one.',
    offline: true,
  },
  {
    label: 'Run tracker',
    prompt: 'Build a run tracker: distance, time and pace for each run, with weekly totals.',
    offline: true,
  },
  {
    label: 'Reading list',
    prompt: 'Build a reading list: books I want to read, am reading and have finished, with notes.',
    offline: true,
  },
  {
    label: 'Recipe book',
    prompt: 'Build a recipe book where I can save recipes with ingredients and steps, and search them.',
    offline: true,
  },
  {
    label: 'Pricing page',
    prompt: 'Build a pricing page with three plans and e-mail capture into my own audience.',
    offline: false,
  },
  {
    label: 'Internal dashboard',
    prompt: 'Build an internal dashboard that charts the analytics events of the app itself.',
    offline: false,
  },
];

/** Until the server has said which agent it has, only what every agent can build is offered. */
export const suggestionsFor = (agent: string | undefined): readonly Suggestion[] => {
  const anything = agent !== undefined && !/offline|rule/i.test(agent);
  return anything
    ? SUGGESTIONS.filter(({ label }) => label !== 'Reading list' && label !== 'Recipe book').slice(0, 5)
    : SUGGESTIONS.filter(({ offline }) => offline);
};
