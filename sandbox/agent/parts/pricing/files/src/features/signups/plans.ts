export type Plan = { name: string; price: string; per: string; best?: boolean; points: readonly string[] };

/** What is offered: change names, prices and points here. */
export const plans: readonly Plan[] = [
  { name: 'Free', price: '0', per: 'for ever', points: ['One project', 'Everything you need to start'] },
  {
    name: 'Pro',
    price: '12',
    per: 'a month',
    best: true,
    points: ['As many projects as you like', 'Answers within a day', 'Cancel at any time'],
  },
  { name: 'Team', price: '29', per: 'a month', points: ['All of Pro', 'Up to ten people', 'One invoice'] },
];
