// What the page runs: GraphiQL on this service's endpoint, with the token that the page was given.
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';

const place = document.getElementById('graphiql');
const { endpoint, authorization } = place.dataset;
const fetcher = createGraphiQLFetcher({ url: endpoint, headers: { authorization } });
const defaultQuery = '# Ctrl-Enter runs this; the documentation of the API is behind the book.\n{\n  viewer {\n    subject\n  }\n}\n';
createRoot(place).render(createElement(GraphiQL, { fetcher, defaultQuery }));
