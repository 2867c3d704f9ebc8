import { authorizedFetch, client, unwrap } from "~/api/client";
import { Problem } from "~/api/problem";
import type { MenuItem } from "~/api/types";
import type { DishRequest } from "../books/types";
import { type DishPorts, saveOver } from "./saving";

const ports: DishPorts = {
  replace: (id, version, body) =>
    unwrap(
      client.PUT("/api/v1/menu/items/{id}", {
        params: { path: { id }, header: { "If-Match": `"${version}"` } },
        body,
      }),
    ),
  read: (id) => unwrap(client.GET("/api/v1/menu/items/{id}", { params: { path: { id } } })),
};

export const saveDish = (seen: MenuItem, change: Partial<DishRequest>) => saveOver(ports, seen, change);

export async function deleteDish(id: string): Promise<void> {
  const { response, error } = await client.DELETE("/api/v1/menu/items/{id}", { params: { path: { id } } });
  if (!response.ok) throw Problem.from(response, error);
}

export function setSoldOut(id: string, soldOut: boolean) {
  const params = { path: { id } };
  return unwrap(
    soldOut
      ? client.POST("/api/v1/kitchen/items/{id}/sold-out", { params })
      : client.POST("/api/v1/kitchen/items/{id}/back", { params }),
  );
}

export async function savePicture(id: string, picture: Blob): Promise<void> {
  // As it is: the client of the contract would make JSON of it.
  const response = await authorizedFetch(
    new Request(`${location.origin}/api/v1/menu/items/${id}/picture`, {
      method: "PUT",
      headers: { "Content-Type": picture.type },
      body: picture,
    }),
  );
  if (!response.ok) throw Problem.from(response, await response.json().catch(() => null));
}

export async function removePicture(id: string): Promise<void> {
  const { response, error } = await client.DELETE("/api/v1/menu/items/{id}/picture", { params: { path: { id } } });
  if (!response.ok) throw Problem.from(response, error);
}

const side = 512;

/** A square of what a phone shows, some 30 KB: a camera's picture is a hundred times that. Null when it is no picture. */
export async function shrink(file: File): Promise<Blob | null> {
  const image = await createImageBitmap(file).catch(() => null);
  if (!image) return null;
  const edge = Math.min(image.width, image.height);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.min(side, edge);
  canvas
    .getContext("2d")
    ?.drawImage(
      image,
      (image.width - edge) / 2,
      (image.height - edge) / 2,
      edge,
      edge,
      0,
      0,
      canvas.width,
      canvas.height,
    );
  return new Promise((done) => canvas.toBlob(done, "image/webp", 0.82));
}
