import express from "express";
import { greet } from "./routes.js";

export const app = express();
app.get("/", greet);
app.get("/routes", (_request, response) => {
  response.send(String(app.router.stack.length));
});
