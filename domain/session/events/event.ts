export type Event<Type extends string, Data> = { readonly type: Type; readonly data: Readonly<Data> };

/** An outcome names the attempt it is the outcome of; one of an attempt that was taken over is not recorded. */
export type Outcome<Data = object> = Readonly<Data> & { readonly attemptId: string };
