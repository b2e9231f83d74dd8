// The tables of this app. After a change: `npm run db:change`.
export {};
