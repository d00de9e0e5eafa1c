import { readFileSync } from 'node:fs';
import { defineRouteMiddleware } from '@astrojs/starlight/route-data';

const { sites } = JSON.parse(readFileSync('corpus.json', 'utf8'));

// Leave a page the navigation of its own circle (or of the handbook): circles are small sites of their own.
export const onRequest = defineRouteMiddleware((context) => {
  const route = context.locals.starlightRoute;
  const place = `${route.id.split('/').slice(1).join('/')}/`;
  const own = sites.findIndex(({ folder }) => place.startsWith(folder));
  if (own >= 0) route.sidebar = [route.sidebar[own]];
});
