export type SignupAnswer = { status: 'joined' | 'already joined' };
export type SignupCount = { count: number };
