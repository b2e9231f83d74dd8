import type { SessionEvent, SessionEventOf, SessionEventType } from './events.ts';

/**
 * Fields that may hold what a person (or an agent answering one) said or wrote. They are encrypted with the session's
 * own key before an event is stored, and read `[erased]` once that key is gone.
 */
type PersonalFields = { readonly [T in SessionEventType]?: readonly (keyof SessionEventOf<T>['data'])[] };

export const PERSONAL_FIELDS: PersonalFields = {
  SessionForked: ['title', 'version'],
  DataForked: ['tables'],
  TurnSubmitted: ['prompt'],
  AgentSaid: ['text'],
  ToolCalled: ['title', 'path'],
  ToolReturned: ['output', 'diff'],
  TurnCommitted: ['title', 'changed'],
  TurnFailed: ['detail'],
  StepFailed: ['detail'],
  StepParked: ['detail'],
  MailRequested: ['to', 'subjects'],
  MailVerificationRequested: ['address'],
  TurnVerified: ['details'],
  CorrectionRequested: ['findings'],
  FileSaveRequested: ['path', 'to'],
  FileSaved: ['title', 'changed'],
  DataChangeRequested: ['table', 'statement'],
  AppErrorSeen: ['message', 'detail'],
  CheckpointTaken: ['tables'],
};

export const personalFieldsOf = (type: string): readonly string[] =>
  (PERSONAL_FIELDS[type as SessionEvent['type']] as readonly string[] | undefined) ?? [];
