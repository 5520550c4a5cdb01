use model::*;
fn main(){
  let b: Bounds = std::env::args().nth(1).unwrap_or("default".into()).parse().unwrap();
  let only = std::env::args().nth(2);
  let t=std::time::Instant::now(); let mut total=0u64;
  for v in Variant::all() { if only.as_deref().is_some_and(|o| o!=v.name()) {continue}
    for p in Profile::ALL {
      let s=Swap::new(v,v.usda(),*p,b);
      let t0=std::time::Instant::now();
      let e=checker::search::explore(&s,&properties::ALL,checker::limits::Limits::default(),&|_,_,_|());
      total+=e.states;
      let missing:Vec<_>=properties::Witness::of_faults(&s).into_iter().chain(properties::Witness::of_guards(&s)).filter(|w|!e.witnesses.contains(w)).map(|w|w.name()).collect();
      println!("{v} {p}: {} states {} trans depth {} {:?}", e.states,e.transitions,e.depth,t0.elapsed());
      for (k,f) in &e.found { println!("    {k}: {} | {} steps {:?} | {}", f.faults, f.actions.len(), f.actions.iter().map(|a|a.to_string()).collect::<Vec<_>>(), f.breach); }
      if !missing.is_empty(){println!("    MISSING {missing:?}");}
    }}
  println!("TOTAL {total} {:?}", t.elapsed());
}
