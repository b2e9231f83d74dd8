import type { Field, FieldType } from '../spec.ts';
import { identifier } from './identifier.ts';

const f = (label: string, type: FieldType = 'text', name = label): Field => ({
  name: identifier(name) ?? 'value',
  label,
  type,
});

const choice = (label: string, ...options: string[]): Field => ({ ...f(label, 'choice'), options });

const NOTES = f('Notes', 'long text');
const DATE = f('Date', 'date', 'day');
const RATING = f('Rating', 'rating');

/** What people usually note about common things, the thing's name first. Used where the prompt does not say. */
const KNOWN: readonly (readonly [RegExp, readonly Field[]])[] = [
  [
    /recipe/,
    [f('Title'), f('Ingredients', 'long text'), f('Method', 'long text'), f('Minutes', 'whole number')],
  ],
  [
    /\b(run|jog|ride|hike|walk|swim)s?\b/,
    [DATE, f('Distance (km)', 'number', 'distance'), f('Minutes', 'number'), NOTES],
  ],
  [
    /workout|exercise|training|gym/,
    [
      f('Exercise'),
      DATE,
      f('Sets', 'whole number'),
      f('Reps', 'whole number'),
      f('Weight (kg)', 'number', 'weight'),
    ],
  ],
  [/\bbooks?\b|novel/, [f('Title'), f('Author'), RATING, f('Read', 'yes or no'), NOTES]],
  [
    /movie|film|\bshows?\b|series/,
    [f('Title'), f('Year', 'whole number'), RATING, f('Watched', 'yes or no')],
  ],
  [
    /expense|spending|purchase|\bbills?\b/,
    [f('What'), f('Amount', 'money'), DATE, choice('Category', 'Food', 'Home', 'Travel', 'Fun', 'Other')],
  ],
  [/subscription/, [f('Name'), f('Price', 'money'), f('Renews on', 'date'), NOTES]],
  [/income|invoice|payment|\bsales?\b/, [f('From'), f('Amount', 'money'), DATE, f('Paid', 'yes or no')]],
  [/to-?do|\btasks?\b|chore|errand/, [f('Task'), f('Due', 'date'), f('Done', 'yes or no')]],
  [/shopping|grocer/, [f('Item'), f('Quantity', 'whole number'), f('Bought', 'yes or no')]],
  [
    /project|campaign|\bgoals?\b/,
    [f('Name'), choice('Status', 'Planned', 'Active', 'Done'), f('Due', 'date'), NOTES],
  ],
  [/milestone/, [f('Name'), f('Due', 'date'), f('Done', 'yes or no')]],
  [
    /ticket|\bbugs?\b|issue|\brequests?\b/,
    [
      f('Title'),
      choice('Priority', 'Low', 'Medium', 'High'),
      choice('Status', 'Open', 'In progress', 'Closed'),
      f('Description', 'long text'),
    ],
  ],
  [
    /\bdeals?\b|opportunit/,
    [
      f('Title'),
      f('Value', 'money'),
      choice('Stage', 'Lead', 'Offer', 'Won', 'Lost'),
      f('Closes on', 'date'),
    ],
  ],
  [
    /application|\bjobs?\b/,
    [
      f('Company'),
      f('Role'),
      choice('Status', 'Applied', 'Interview', 'Offer', 'Rejected'),
      f('Applied on', 'date'),
      f('Link', 'link'),
    ],
  ],
  [
    /contact|people|person|client|customer|\bleads?\b|guest|member|student|employee|patient|volunteer|supplier|vendor/,
    [f('Name'), f('Email', 'email'), f('Phone', 'phone'), NOTES],
  ],
  [
    /\borders?\b/,
    [f('What'), f('Quantity', 'whole number'), f('Price', 'money'), choice('Status', 'New', 'Paid', 'Sent')],
  ],
  [/course|lesson|class(es)?\b/, [f('Title'), f('Teacher'), f('Starts on', 'date'), NOTES]],
  [
    /\bposts?\b|blog|\bstories\b|\bstory\b/,
    [f('Title'), f('Text', 'long text'), f('Tags', 'tags'), f('Published', 'yes or no')],
  ],
  [/comment|repl(y|ies)/, [f('Name'), f('Text', 'long text')]],
  [/review/, [f('Title'), RATING, f('Text', 'long text')]],
  [/note|idea|thought|journal|diary|memor|\bentr(y|ies)\b/, [f('Title'), f('Text', 'long text')]],
  [/link|bookmark|website|article/, [f('Title'), f('Address', 'link'), f('Tags', 'tags'), NOTES]],
  [/plant/, [f('Name'), f('Place'), f('Last watered', 'date'), NOTES]],
  [/\bpets?\b|\bdogs?\b|\bcats?\b|animal/, [f('Name'), f('Kind'), f('Born on', 'date'), NOTES]],
  [/\bcars?\b|vehicle|\bbikes?\b/, [f('Name'), f('Year', 'whole number'), f('Serviced on', 'date'), NOTES]],
  [
    /trip|travel|holiday|vacation/,
    [f('Place'), f('From', 'date', 'startDay'), f('To', 'date', 'endDay'), NOTES],
  ],
  [/birthday/, [f('Name'), f('Birthday', 'date'), f('Gift ideas', 'long text')]],
  [
    /event|appointment|meeting|session/,
    [f('Title'), DATE, f('Time', 'time', 'startTime'), f('Place'), NOTES],
  ],
  [/restaurant|caf[eé]|\bbars?\b/, [f('Name'), f('Place'), RATING, f('Visited', 'yes or no'), NOTES]],
  [/wine|beer|coffee|\bteas?\b|whisk|cheese/, [f('Name'), f('Origin'), RATING, NOTES]],
  [/game|album|song|record|podcast/, [f('Title'), f('Year', 'whole number'), RATING, NOTES]],
  [
    /inventory|stock|item|product|\bparts?\b|asset/,
    [f('Name'), f('Quantity', 'whole number'), f('Price', 'money'), f('Place')],
  ],
  [/mood|feeling/, [choice('Mood', 'Great', 'Good', 'Okay', 'Low'), DATE, NOTES]],
  [/weight|measurement/, [DATE, f('Weight (kg)', 'number', 'weight'), NOTES]],
  [/sleep|night/, [DATE, f('Hours', 'number'), RATING]],
  [/meal|food|calorie/, [f('Meal'), DATE, f('Calories', 'whole number')]],
  [/medic|\bpills?\b/, [f('Name'), f('Dose'), f('Time', 'time', 'takenAt'), NOTES]],
  [/word|vocabular|flash ?card/, [f('Word'), f('Meaning'), f('Known', 'yes or no')]],
  [/dream/, [f('Title'), DATE, f('What happened', 'long text')]],
];

const DEFAULT: readonly Field[] = [f('Name'), NOTES];

export const usualFields = (thing: string): readonly Field[] =>
  KNOWN.find(([pattern]) => pattern.test(thing))?.[1] ?? DEFAULT;

/** Whether people usually note something about such things; a noun that is not known may be anything. */
export const isKnown = (thing: string): boolean => KNOWN.some(([pattern]) => pattern.test(thing));

/** Choices that go without saying. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  status: ['Open', 'In progress', 'Done'],
  state: ['Open', 'In progress', 'Done'],
  priority: ['Low', 'Medium', 'High'],
  mood: ['Great', 'Good', 'Okay', 'Low'],
  size: ['Small', 'Medium', 'Large'],
  difficulty: ['Easy', 'Medium', 'Hard'],
};

export const usualOptions = (label: string): readonly string[] | undefined =>
  OPTIONS[label.trim().toLowerCase()];

/** Guessed from what a field is called. */
const TYPES: readonly (readonly [RegExp, FieldType])[] = [
  [/\b(e-?mail)\b/, 'email'],
  [/\b(phone|mobile|telephone)\b/, 'phone'],
  [/\b(url|link|website|address of the site)\b/, 'link'],
  [/\b(tags?|labels|keywords)\b/, 'tags'],
  [
    /\b(done|finished|read|watched|bought|paid|completed|favou?rite|visited|active|published|checkbox|yes\/no)\b|\?$/,
    'yes or no',
  ],
  [/\b(date|day|due|deadline|when|birthday|since|until)\b|\bon$/, 'date'],
  [/\b(time|hour of)\b/, 'time'],
  [
    /\b(notes?|description|ingredients|method|steps|text|comments?|summary|details|instructions|story|body|message|bio)\b/,
    'long text',
  ],
  [/\b(rating|stars)\b/, 'rating'],
  [/\b(price|cost|amount|total|budget|salary|fee|revenue|spent)\b/, 'money'],
  [
    /\b(distance|weight|height|length|size|hours|km|miles|duration|temperature|percent|percentage)\b/,
    'number',
  ],
  [
    /\b(count|quantity|number of|number|minutes|year|age|pages|reps|sets|servings|score|calories|seats|people)\b/,
    'whole number',
  ],
];

export function guessType(label: string): FieldType {
  const text = label.toLowerCase();
  if (usualOptions(text)) return 'choice';
  return TYPES.find(([pattern]) => pattern.test(text))?.[1] ?? 'text';
}
