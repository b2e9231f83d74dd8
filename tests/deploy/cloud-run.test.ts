import { isRight } from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readConfig } from '../../api/config.ts';
import { startTestServer } from '../../api/testing/start.ts';
import { FILLED_IN, textOf } from './support/files.ts';

type Probe = { readonly httpGet: { readonly path: string } };
type Variable = {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
};
type Service = {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
      readonly spec: {
        readonly timeoutSeconds: number;
        readonly containers: readonly {
          readonly env: readonly Variable[];
          readonly startupProbe: Probe;
          readonly livenessProbe: Probe;
          readonly ports: readonly { readonly containerPort: number }[];
        }[];
      };
    };
  };
};

const services = parseAllDocuments(textOf('deploy/cloud-run.yaml')).map(
  (document) => document.toJS() as Service,
);
const containerOf = ({ spec }: Service) => {
  const [container] = spec.template.spec.containers;
  if (container === undefined) throw new Error('no container');
  return container;
};

/** Of a secret only its name is here; a GitHub App is stood in for by a token, since its key would have to be one. */
const environmentOf = (service: Service): Readonly<Record<string, string>> => {
  const { GITHUB_PROVISIONING_TOKEN = '', ...known } = FILLED_IN;
  const plain = containerOf(service)
    .env.filter(({ name }) => !name.startsWith('GITHUB_APP_'))
    .map(({ name, value }) => [
      name,
      (value ?? known[name] ?? '').replace(/\b(HOST|PROJECT)\b/g, 'example-12345.com'),
    ]);
  return { ...Object.fromEntries(plain), FIREBASE_PROJECT_ID: 'my-apps-12345', GITHUB_PROVISIONING_TOKEN };
};

describe('deploy/cloud-run.yaml', () => {
  test('is one service for visitors and one for the work', () => {
    expect(services.map(({ metadata }) => metadata.name)).toEqual(['mk0r-api', 'mk0r-worker']);
    expect(services.map((service) => environmentOf(service).ROLE)).toEqual(['api', 'worker']);
  });

  test.each(services.map((service) => [service.metadata.name, service] as const))(
    'starts %s with a configuration it accepts, once filled in',
    (_name, service) => {
      const read = readConfig(environmentOf(service));
      expect(isRight(read) ? [] : read.left).toEqual([]);
    },
  );

  test('takes every secret by reference, and none twice by another name', () => {
    const secret = /KEY|TOKEN|EVENTSTORE_URL|GITHUB_APP/;
    for (const service of services)
      for (const { name, value, valueFrom } of containerOf(service).env) {
        if (!secret.test(name)) expect(value, name).toBeDefined();
        else expect(valueFrom?.secretKeyRef.name, name).toBe(name.toLowerCase().replaceAll('_', '-'));
      }
    const [api, worker] = services.map((service) =>
      containerOf(service).env.filter(({ valueFrom }) => valueFrom),
    );
    expect(api).toEqual(worker);
  });

  test('asks for routes that exist, keeps instances warm, and lets sockets live as long as they may', async () => {
    const server = await startTestServer();
    for (const service of services) {
      const { startupProbe, livenessProbe, ports } = containerOf(service);
      for (const { httpGet } of [startupProbe, livenessProbe])
        expect((await server.server.inject({ url: httpGet.path })).statusCode).toBe(200);
      expect(ports).toEqual([{ containerPort: 3000 }]);
      const { annotations } = service.spec.template.metadata;
      expect(Number(annotations['autoscaling.knative.dev/minScale'])).toBeGreaterThan(0);
      expect(annotations['run.googleapis.com/cpu-throttling']).toBe('false');
    }
    await server.close();
    const [api] = services;
    expect(api?.spec.template.spec.timeoutSeconds).toBe(3_600);
    expect(api?.spec.template.metadata.annotations['run.googleapis.com/sessionAffinity']).toBe('true');
  });
});
