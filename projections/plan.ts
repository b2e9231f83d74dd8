import type { CataloguedTable, Table } from './ports.ts';
import { newTable, type Projection } from './projection.ts';

/** What a starting projector does with the tables it finds. */
export type Plan = {
  readonly serve?: Table;
  readonly keep?: Table;
  /** To be brought up to date and to serve then. */
  readonly build?: Table;
  /** `build` is not in the catalogue yet. */
  readonly isNew: boolean;
  readonly pinned: boolean;
};

/** The code for a version, where this release has it. */
export const codeFor = <Doc>(
  projection: Projection<Doc>,
  { version }: Pick<Table, 'version'>,
): Projection<Doc> | undefined =>
  [projection, projection.previous].find((candidate) => candidate?.version === version);

/**
 * Another server has dropped what was being built for the version of the code, and makes nothing later than that: of two
 * releases that build over each other the later one goes on.
 */
export const isLost = <Doc>(projection: Projection<Doc>, tables: readonly CataloguedTable[]): boolean =>
  tables.every(
    ({ role, version, pinned }) =>
      version !== projection.version &&
      (version < projection.version || role === 'kept') &&
      !(pinned && codeFor(projection, { version }) !== undefined),
  );

/**
 * The version of the code is to serve, unless an operator went back to an older one. A build that was cut off goes on;
 * a kept table of the right version (an older release is back) only has to catch up; otherwise a new one is built.
 */
export const planOf = <Doc>(projection: Projection<Doc>, tables: readonly CataloguedTable[]): Plan => {
  const inRole = (role: CataloguedTable['role']) => tables.find((table) => table.role === role);
  const isCurrent = (table: CataloguedTable | undefined) => table?.version === projection.version;
  const [serving, kept, building] = [inRole('serving'), inRole('kept'), inRole('building')];
  const held = serving?.pinned === true && codeFor(projection, serving) !== undefined;
  const standing = {
    pinned: held,
    ...(serving === undefined ? {} : { serve: serving }),
    ...(kept === undefined ? {} : { keep: kept }),
  };

  if (building !== undefined && isCurrent(building)) return { ...standing, build: building, isNew: false };
  if (held || isCurrent(serving)) return { ...standing, isNew: false };
  if (kept !== undefined && isCurrent(kept)) {
    const { keep: _caughtUpInstead, ...rest } = standing;
    return { ...rest, build: kept, isNew: false };
  }
  return { ...standing, build: newTable(projection, tables), isNew: true };
};
