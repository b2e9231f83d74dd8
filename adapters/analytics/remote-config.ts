/**
 * What posthog-js asks for before it settles down: no feature flags, recordings, surveys or autocapture of ours.
 * `hasFeatureFlags: false` spares it the call for flags; `supportedCompression` lets it gzip.
 */
export const remoteConfig = {
  supportedCompression: ['gzip', 'gzip-js'],
  analytics: { endpoint: '/i/v0/e/' },
  hasFeatureFlags: false,
  sessionRecording: false,
  surveys: false,
  heatmaps: false,
  capturePerformance: false,
  autocaptureExceptions: false,
  captureDeadClicks: false,
  defaultIdentifiedOnly: true,
  siteApps: [],
  toolbarParams: {},
  isAuthenticated: false,
} as const;

/** Answer of `/flags/` and its forerunner `/decide/`, in the shapes of v1 and v2 at once: there are no flags. */
export const noFlags = {
  ...remoteConfig,
  flags: {},
  featureFlags: {},
  featureFlagPayloads: {},
  errorsWhileComputingFlags: false,
} as const;

/** `/array/<token>/config.js`. The token is of [A-Za-z0-9_-] only, so that it cannot leave its string. */
export const remoteConfigScript = (token: string): string =>
  `(function(){var c=window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{};` +
  `c["${token}"]={config:${JSON.stringify(remoteConfig)},siteApps:[]};})();`;
