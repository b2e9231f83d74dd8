import type { Field, FormLook } from '../../spec.ts';

/** What is particular to a look. Its screen is `files/` in the folder of that name. */
export type Look = {
  readonly plural: string;
  readonly singular: string;
  readonly label: string;
  readonly fields: readonly Field[];
  /** Columns of which no two rows have the same values. */
  readonly unique: readonly string[];
  readonly statuses: readonly [fresh: string, again: string | undefined];
  readonly event: string;
  readonly button: string;
  /** Words with the row's values in braces, e.g. `New signup: {values.email}`. */
  readonly subject: string;
  readonly text: string;
  readonly welcomeSubject: string;
  readonly welcomeText: string;
};

const email: Field = { name: 'email', label: 'Email', type: 'email' };
const name: Field = { name: 'name', label: 'Name', type: 'text' };

const SIGNUPS = {
  plural: 'signups',
  singular: 'signup',
  unique: ['email'],
  statuses: ['joined', 'already joined'],
  subject: 'New signup: {values.email}',
  welcomeSubject: 'You are on the list',
  welcomeText: 'Thank you for your interest. We will write when it is time.',
} as const;

export const LOOKS: Readonly<Record<FormLook, Look>> = {
  waitlist: {
    ...SIGNUPS,
    label: 'Waitlist',
    fields: [email],
    event: 'signed up',
    button: 'Join the waitlist',
    text: '{values.email} joined your waitlist on {createdAt.toUTCString()}.',
  },
  pricing: {
    ...SIGNUPS,
    label: 'Pricing',
    fields: [email, { name: 'plan', label: 'Plan', type: 'text' }],
    event: 'signed up',
    button: 'Get started',
    text: '{values.email} wants the plan {values.plan}, on {createdAt.toUTCString()}.',
  },
  booking: {
    plural: 'bookings',
    singular: 'booking',
    label: 'Book',
    fields: [
      name,
      email,
      { name: 'day', label: 'Day', type: 'date' },
      { name: 'time', label: 'Time', type: 'text' },
    ],
    unique: ['day', 'time'],
    statuses: ['booked', undefined],
    event: 'booked',
    button: 'Book this time',
    subject: 'New booking: {values.name}, {values.day} at {values.time}',
    text: '{values.name} ({values.email}) comes on {values.day} at {values.time}.',
    welcomeSubject: 'Welcome, {values.name}: you are booked',
    welcomeText: 'Good to have you, {values.name}. We see you on {values.day} at {values.time}.',
  },
  contact: {
    plural: 'messages',
    singular: 'message',
    label: 'Contact',
    fields: [name, email, { name: 'message', label: 'Message', type: 'long text' }],
    unique: [],
    statuses: ['sent', undefined],
    event: 'wrote',
    button: 'Send',
    subject: 'New message from {values.name}',
    text: '{values.name} ({values.email}) writes:\\n\\n{values.message}',
    welcomeSubject: 'We got your message',
    welcomeText: 'Thank you, {values.name}. We will answer soon.',
  },
};
