/** Files by path inside the app. */
export type Files = ReadonlyMap<string, string>;

/**
 * A part turned into code. By convention a part `runs` owns `server/tables/runs.ts`, `server/routes/runs.ts` (exporting
 * `runsRoutes`, mounted at `/api/runs`), `shared/runs.ts` and `src/features/runs/`.
 */
export type BuiltPart = {
  readonly id: string;
  readonly label: string;
  /** Component exported by `src/features/<id>/<screen>.tsx`. */
  readonly screen: string;
  /** What its tables and routes are called where several parts share them, e.g. `pages`. */
  readonly server?: string;
  /** Names as they are in Postgres. */
  readonly tables: readonly string[];
  /** A route that answers 200 once code, server and database work together. */
  readonly probe: string;
  readonly files: Files;
};

export const serverName = ({ id, server }: BuiltPart): string => server ?? id;
