// The tables of this app. After a change: `npm run db:push`.
export {};
