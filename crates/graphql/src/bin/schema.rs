//! Prints the schema. A program of its own, which does not link the portal, so
//! that the portal's typed documents never wait for themselves.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

fn main() {
    print!("{}", graphql::sdl());
}
