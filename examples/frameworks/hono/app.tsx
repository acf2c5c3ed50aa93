import { Hono } from "hono";
import { Page } from "./page.js";

export const app: Hono = new Hono();
app.get("/", (context) => context.html(<Page name="hello" />));
app.get("/routes", (context) => context.text(String(app.routes.length)));
