/** A repository as the stand-in keeps it; its objects are a bare repository on disk. */
export type StoredRepository = {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly description: string | null;
  readonly private: boolean;
  readonly createdAt: string;
};

/** The fields of a "Full Repository" that clients of this kind read; GitHub sends a hundred more. */
export const repositoryBody = (it: StoredRepository, origin: string) => {
  const full = `${it.owner}/${it.name}`;
  return {
    id: it.id,
    node_id: `R_${it.id}`,
    name: it.name,
    full_name: full,
    private: it.private,
    owner: { login: it.owner, id: 1, type: 'User' },
    html_url: `${origin}/${full}`,
    description: it.description,
    fork: false,
    url: `${origin}/repos/${full}`,
    clone_url: `${origin}/${full}.git`,
    ssh_url: `git@127.0.0.1:${full}.git`,
    default_branch: 'main',
    archived: false,
    disabled: false,
    visibility: it.private ? 'private' : 'public',
    created_at: it.createdAt,
    updated_at: it.createdAt,
    pushed_at: it.createdAt,
  };
};

/** How GitHub says no: `status` in the body is a string. */
export const problem = (status: number, message: string, more: object = {}) => ({
  message,
  documentation_url: 'https://docs.github.com/rest',
  status: String(status),
  ...more,
});

export const NAME_TAKEN = problem(422, 'Repository creation failed.', {
  errors: [
    {
      resource: 'Repository',
      code: 'custom',
      field: 'name',
      message: 'name already exists on this account',
    },
  ],
});
