//! x
#[test] fn sdl(){ println!("{}", guidepost::graphql::schema::sdl()); }
