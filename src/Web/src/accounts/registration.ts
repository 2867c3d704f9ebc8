export interface Registration {
  readonly studentId: string;
  readonly email: string;
  readonly password: string;
  readonly fullName: string;
}

/** The server's rules, asked before the way to it. */
export function registrationErrors(body: Registration): Set<keyof Registration> {
  const wrong = new Set<keyof Registration>();
  if (body.fullName === "") wrong.add("fullName");
  if (!/^[A-Za-z0-9_-]{3,40}$/.test(body.studentId)) wrong.add("studentId");
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(body.email)) wrong.add("email");
  if (body.password.length < 8) wrong.add("password");
  return wrong;
}
