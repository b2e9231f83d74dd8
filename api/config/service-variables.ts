import { Type } from 'typebox';
import { apiUrl, key, name, type Variable, variable } from './kinds.ts';

const ID = '^[A-Za-z0-9_-]{1,100}$';
const LOGIN = '^[A-Za-z0-9][A-Za-z0-9-]{0,38}$';

/** The services of a session in the cloud. A service's key switches it on; without it the embedded part serves. */
export const SERVICE_VARIABLES = {
  EVENTSTORE_URL: variable(
    Type.String({
      maxLength: 2_000,
      pattern: '^(esdb|kurrentdb|kurrent|kdb)(\\+discover)?://[^\\s]+$',
    }),
    {
      must: 'the address of a KurrentDB or EventStoreDB (22.6 or later), such as esdb://user:password@host:2113',
      meaning:
        'The log in KurrentDB: one node, several separated by commas, or esdb+discover:// for a cluster found by DNS. The user needs the rights of an administrator. Without a password add ?tls=false for a server without TLS.',
      example: 'kurrentdb://admin:changeit@node1:2113,node2:2113,node3:2113',
      otherwise: 'the log is a file in the data directory',
      secret: true,
    },
  ),
  NEON_PROVISIONING_KEY: key(
    'Neon',
    'Databases at Neon: a project in aws-us-east-2 with Postgres 17 for each session. Made at console.neon.tech, Account settings, API keys.',
    'napi_...',
    'databases on the embedded Postgres',
  ),
  NEON_ORG_ID: name('^[a-z0-9-]{1,60}$', 'the id of a Neon organisation', {
    meaning:
      'The Neon organisation projects belong to. Needed with a personal key; an organisation key implies it.',
    example: 'org-bold-tree-12345678',
    otherwise: "the key's own account",
  }),
  NEON_API_URL: apiUrl(
    'Where the API of Neon is. SQL over HTTP is then expected at /sql beside it.',
    'https://console.neon.tech/api/v2',
  ),
  RESEND_PROVISIONING_KEY: key(
    'Resend',
    'Mail through Resend: an audience and a sending key for each session. Needs full access.',
    're_...',
    'mail is caught, and shown on the page',
  ),
  RESEND_FROM: name(
    '^[^\\r\\n\\x00]*[^\\s@<>]+@[^\\s@<>]+\\.[^\\s@<>]+>?$',
    'an address, or Name <address>',
    {
      meaning: 'The address apps send from; of a domain verified at Resend.',
      example: 'Apps <apps@mail.example.com>',
      otherwise: 'none is handed to apps',
    },
  ),
  RESEND_DOMAIN_ID: name(ID, "the id of a domain, as Resend's domain list shows it", {
    meaning: 'Narrows the keys of sessions to sending from this one domain.',
    example: 'd91cd9bd-1176-453e-8fc1-35364d380206',
    otherwise: 'they may send from every verified domain of the team',
  }),
  RESEND_API_URL: apiUrl('Where the API of Resend is.', 'https://api.resend.com'),
  GITHUB_PROVISIONING_TOKEN: key(
    'GitHub',
    'Repositories at GitHub, with a personal access token: it must be allowed to create, delete and push to private repositories. It stays on this server, which pushes every commit.',
    'github_pat_...',
    'repositories on the embedded git host',
  ),
  GITHUB_ORG: name(LOGIN, 'the name of a GitHub organisation', {
    meaning: 'The organisation repositories belong to. A GitHub App needs one.',
    example: 'my-apps',
    otherwise: "the token's own user",
  }),
  GITHUB_APP_ID: name('^[0-9]{1,12}$', 'the number of a GitHub App', {
    meaning:
      'Repositories at GitHub through a GitHub App (instead of a token), with the permissions Administration and Contents: read and write. Every push then uses a token for one repository and one hour.',
    example: '314159',
    otherwise: 'no App is used',
  }),
  GITHUB_APP_PRIVATE_KEY: variable(
    Type.String({
      maxLength: 10_000,
      pattern: '^(-----BEGIN [A-Z ]*PRIVATE KEY-----|[A-Za-z0-9+/=\\s]{500,}$)',
    }),
    {
      must: "the App's private key: PEM (line breaks may be written as \\n), or base64 of it",
      meaning: 'The private key of that App.',
      example: 'the output of: base64 -w0 my-app.private-key.pem',
      otherwise: 'no App is used',
      secret: true,
    },
  ),
  GITHUB_APP_INSTALLATION_ID: name('^[0-9]{1,15}$', 'the number of an installation', {
    meaning: 'The installation of that App in GITHUB_ORG; the last part of its settings page address.',
    example: '27182818',
    otherwise: 'no App is used',
  }),
  GITHUB_API_URL: apiUrl(
    "Where the API of GitHub is; an Enterprise server's ends in /api/v3. git is reached on the same host.",
    'https://api.github.com',
  ),
  POSTHOG_PROJECT_KEY: key(
    'PostHog',
    "Analytics at PostHog: the key of the one project all sessions share, told apart by the group 'app'. Public by design.",
    'phc_...',
    'analytics are kept here, and shown on the page',
  ),
  POSTHOG_HOST: apiUrl(
    'Where events go: the US or the EU cloud, or your own PostHog.',
    'https://us.i.posthog.com',
  ),
  FIREBASE_PROJECT_ID: name('^[a-z][a-z0-9-]{4,28}[a-z0-9]$', 'the id of a Firebase project', {
    meaning:
      'A Firebase project. With FIREBASE_API_KEY visitors sign in to it; with FIREBASE_SERVICE_ACCOUNT or FIRESTORE_KEEPS its Firestore keeps vault and views.',
    example: 'my-apps-12345',
    otherwise: 'visitors are known to this server only, vault and views are files',
  }),
  FIREBASE_API_KEY: name('^[\\x21-\\x7e]{8,200}$', "a project's web API key", {
    meaning:
      "Visitors sign in at Firebase, with the project's web API key; public by design. Firebase console, Project settings, General; under Authentication, enable the provider Anonymous.",
    example: 'AIzaSy...',
    otherwise: 'visitors are known to this server only',
  }),
  FIREBASE_AUTH_DOMAIN: name('^[a-z0-9.-]{4,253}$', 'a host name', {
    meaning: "The project's domain for sign-in.",
    example: 'my-apps-12345.firebaseapp.com',
    otherwise: '<FIREBASE_PROJECT_ID>.firebaseapp.com',
  }),
  FIREBASE_API_URL: {
    ...apiUrl(
      "An origin that answers for Firebase, with sign-in below the names of Google's hosts and keys under their own path. Tokens are verified all the same: that of an emulator, which nobody signed, is refused.",
      'Google',
    ),
    example: 'http://localhost:9099',
  },
} as const satisfies Record<string, Variable>;
