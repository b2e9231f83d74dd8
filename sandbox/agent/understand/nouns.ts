import type { Field, FieldType } from '../spec.ts';
import { identifier } from './identifier.ts';

const f = (label: string, type: FieldType = 'text', name = label): Field => ({
  name: identifier(name) ?? 'value',
  label,
  type,
});

/** What people usually note about common things, the thing's name first. Used where the prompt does not say. */
const KNOWN: readonly (readonly [RegExp, readonly Field[]])[] = [
  [
    /recipe/,
    [f('Title'), f('Ingredients', 'long text'), f('Method', 'long text'), f('Minutes', 'whole number')],
  ],
  [
    /\b(run|jog|ride|hike|walk|swim)s?\b/,
    [
      f('Date', 'date', 'day'),
      f('Distance (km)', 'number', 'distance'),
      f('Minutes', 'number'),
      f('Notes', 'long text'),
    ],
  ],
  [
    /workout|exercise|training/,
    [
      f('Exercise'),
      f('Date', 'date', 'day'),
      f('Sets', 'whole number'),
      f('Reps', 'whole number'),
      f('Weight (kg)', 'number', 'weight'),
    ],
  ],
  [
    /\bbooks?\b|novel/,
    [f('Title'), f('Author'), f('Rating', 'whole number'), f('Read', 'yes or no'), f('Notes', 'long text')],
  ],
  [
    /movie|film|show|series/,
    [f('Title'), f('Year', 'whole number'), f('Rating', 'whole number'), f('Watched', 'yes or no')],
  ],
  [
    /expense|spending|purchase|bill/,
    [f('What'), f('Amount', 'number'), f('Date', 'date', 'day'), f('Category')],
  ],
  [
    /income|invoice|payment/,
    [f('From'), f('Amount', 'number'), f('Date', 'date', 'day'), f('Paid', 'yes or no')],
  ],
  [/to-?do|task|chore|errand/, [f('Task'), f('Due', 'date'), f('Done', 'yes or no')]],
  [/shopping|grocer/, [f('Item'), f('Quantity', 'whole number'), f('Bought', 'yes or no')]],
  [
    /contact|people|person|client|customer|lead|guest|member/,
    [f('Name'), f('Email', 'email'), f('Phone'), f('Notes', 'long text')],
  ],
  [/note|idea|thought|journal|diary|memor/, [f('Title'), f('Text', 'long text')]],
  [/link|bookmark|website|article/, [f('Title'), f('Address', 'link'), f('Notes', 'long text')]],
  [/plant/, [f('Name'), f('Place'), f('Last watered', 'date'), f('Notes', 'long text')]],
  [
    /trip|travel|holiday|vacation/,
    [f('Place'), f('From', 'date', 'startDay'), f('To', 'date', 'endDay'), f('Notes', 'long text')],
  ],
  [
    /event|appointment|meeting|birthday/,
    [f('Title'), f('Date', 'date', 'day'), f('Place'), f('Notes', 'long text')],
  ],
  [
    /wine|beer|coffee|tea|whisk/,
    [f('Name'), f('Origin'), f('Rating', 'whole number'), f('Notes', 'long text')],
  ],
  [
    /game|album|song|record/,
    [f('Title'), f('Year', 'whole number'), f('Rating', 'whole number'), f('Notes', 'long text')],
  ],
  [
    /inventory|stock|item|product|part/,
    [f('Name'), f('Quantity', 'whole number'), f('Price', 'number'), f('Place')],
  ],
  [/mood|feeling/, [f('Mood'), f('Date', 'date', 'day'), f('Notes', 'long text')]],
  [/dream/, [f('Title'), f('Date', 'date', 'day'), f('What happened', 'long text')]],
];

const DEFAULT: readonly Field[] = [f('Name'), f('Notes', 'long text')];

export const usualFields = (thing: string): readonly Field[] =>
  KNOWN.find(([pattern]) => pattern.test(thing))?.[1] ?? DEFAULT;

/** Guessed from what a field is called. */
const TYPES: readonly (readonly [RegExp, FieldType])[] = [
  [/\b(e-?mail)\b/, 'email'],
  [/\b(url|link|website|address of the site)\b/, 'link'],
  [/\b(done|finished|read|watched|bought|paid|completed|favou?rite|visited|active)\b|\?$/, 'yes or no'],
  [/\b(date|day|due|deadline|when|birthday|since|until)\b/, 'date'],
  [
    /\b(notes?|description|ingredients|method|steps|text|comments?|summary|details|instructions|story|body)\b/,
    'long text',
  ],
  [
    /\b(price|cost|amount|distance|weight|height|size|hours|km|miles|duration|temperature|total|budget)\b/,
    'number',
  ],
  [
    /\b(count|quantity|number of|minutes|rating|stars|year|age|pages|reps|sets|servings|score|calories|priority)\b/,
    'whole number',
  ],
];

export const guessType = (label: string): FieldType =>
  TYPES.find(([pattern]) => pattern.test(label.toLowerCase()))?.[1] ?? 'text';
