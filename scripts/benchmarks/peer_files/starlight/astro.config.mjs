import { readFileSync } from 'node:fs';
import { defineConfig } from 'astro/config';
import starlight from '@astrojs/starlight';

const { languages, sites } = JSON.parse(readFileSync('corpus.json', 'utf8'));
const [first] = Object.keys(languages);

export default defineConfig({
  site: 'https://bench.example.org',
  integrations: [starlight({
    title: sites[0].titles[first],
    locales: languages,
    defaultLocale: first,
    sidebar: sites.map(({ folder, titles }) => ({
      label: titles[first], translations: titles, items: [{ autogenerate: { directory: folder.slice(0, -1) } }],
    })),
    routeMiddleware: './src/own-sidebar.mjs',
  })],
});
